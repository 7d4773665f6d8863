package io.lockstep.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The few words spoken with the database while it starts. */
final class Connections {

    static final String ALWAYS_THERE = "postgres";

    private static final String INVALID_PASSWORD = "28P01";

    private Connections() {}

    /** Whether the database answers. A refused password is an answer that no waiting changes: it is thrown. */
    static boolean accepted(PostgresAddress address) {
        try (Connection connection = open(address)) {
            return connection.isValid(0);
        } catch (SQLException e) {
            if (INVALID_PASSWORD.equals(e.getSQLState())) {
                throw new IllegalStateException(
                        "The running PostgreSQL at " + address + " refuses the password of the data directory", e);
            }
            return false;
        }
    }

    /** Creates the database of that address if it is missing. */
    static void createDatabase(PostgresAddress address) {
        try (Connection connection = open(address.withDatabase(ALWAYS_THERE));
                Statement statement = connection.createStatement()) {
            if (!exists(statement, address.database())) {
                statement.execute("CREATE DATABASE " + address.database());
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Could not create the database " + address.database(), e);
        }
    }

    private static boolean exists(Statement statement, String name) throws SQLException {
        try (ResultSet found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
            return found.next();
        }
    }

    private static Connection open(PostgresAddress address) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        return DriverManager.getConnection(
                "jdbc:postgresql://" + address.host() + ":" + address.port() + "/" + address.database(), properties);
    }
}
