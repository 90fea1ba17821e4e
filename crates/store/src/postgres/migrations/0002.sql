-- Runs with the store's schema first in the search path, in one transaction.

-- The word that the last looks brought, so that `missing` counts looks of one word only.
ALTER TABLE intents ADD COLUMN said text;

-- From here on the clock bears the version of the tables in its name: a statement of a program of another version does not
-- find its own, and fails instead of writing what it understands differently.
ALTER FUNCTION rubank_now() RENAME TO rubank_now_2;
