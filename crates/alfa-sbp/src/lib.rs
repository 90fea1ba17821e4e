//! alfa-sbp
