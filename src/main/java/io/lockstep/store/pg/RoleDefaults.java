package io.lockstep.store.pg;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every session of our role in our database has set from its start, for where a pooler makes the sessions.
 *
 * @param wanted their values by their names, as {@code pg_settings} has them
 */
record RoleDefaults(Map<String, String> wanted) {

    private static final Logger log = LoggerFactory.getLogger(RoleDefaults.class);

    private static final Sql SQL = Sql.load("session");
    private static final String BEGAN_WITH = SQL.get("began_with");
    private static final String SET_DEFAULT = SQL.get("set_default");
    private static final String END_IDLE = SQL.get("end_idle");

    /** In the connection's transaction, by which servers that start at once take turns. Tells whether one was missing. */
    boolean set(Connection connection) throws SQLException {
        boolean changed = false;
        for (Map.Entry<String, String> setting : wanted.entrySet()) {
            String began = text(connection, BEGAN_WITH, setting.getKey());
            if (!began.equals(setting.getValue())) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(text(connection, SET_DEFAULT, setting.getKey(), setting.getValue()));
                }
                changed = true;
            }
        }
        return changed;
    }

    /** Those that do nothing now; of the others a pooler lets go in time. Whoever had one is given another. */
    void endSessionsWithout(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute(END_IDLE);
        } catch (SQLException e) {
            log.debug("Our own session was among them", e);
        }
    }

    private static String text(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
