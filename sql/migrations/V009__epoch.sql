-- Which life of the database this is. One that was restored from a backup begins another: what clients keep of an earlier
-- one, which may have gone on after the backup, they no longer find. 0 until then.
CREATE TABLE database_epoch (
    the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only), -- one row
    epoch    bigint NOT NULL
);
INSERT INTO database_epoch (epoch) VALUES (0);
