-- Whose clock a member of staff reads times by: IANA, such as Asia/Colombo; empty: UTC, as pages always did.
ALTER TABLE admin_staff ADD COLUMN time_zone VARCHAR(64) NOT NULL DEFAULT '';
