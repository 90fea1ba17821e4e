-- The word that the last looks brought, so that `missing` counts looks of one word only.
ALTER TABLE intent ADD COLUMN said TEXT;
