-- The oldest version of the schema whose servers can live with this one. While nodes are upgraded one after the other, those
-- of the version before run, and start again, on what the first of the new ones has made of the schema: so a migration only
-- adds. What a version needs no more is taken away by the next one's migration, which then says so here.
CREATE TABLE schema_support (
    the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only), -- one row
    oldest   integer NOT NULL
);
INSERT INTO schema_support (oldest) VALUES (10); -- those before do not ask
