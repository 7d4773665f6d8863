package io.lockstep.embedded;

/** Where a PostgreSQL database is reached, and as whom. */
public record PostgresAddress(String host, int port, String user, String password, String database) {

    /** As one connection URI, password included: never to be logged. Needs no escapes: the password is hexadecimal. */
    public String uri() {
        return "postgresql://" + user + ":" + password + "@" + host + ":" + port + "/" + database;
    }

    PostgresAddress withDatabase(String other) {
        return new PostgresAddress(host, port, user, password, other);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }
}
