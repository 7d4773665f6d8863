package io.lockstep.auth;

import static io.lockstep.testing.Futures.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.jwt.accesstoken.SyncGrant;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Credential;
import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensTest {

    private static final Sid KEY = Sid.generate(Sid.Kind.API_KEY);
    private static final Sid ACCOUNT = Sid.generate(Sid.Kind.ACCOUNT);
    private static final Sid SERVICE = Sid.generate(Sid.Kind.SERVICE);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final SecretBox box = new SecretBox(new MasterKey(new byte[32]));
    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private boolean active = true;

    @SuppressWarnings("DataFlowIssue") // no account is looked up
    private final AccessTokens tokens =
            new AccessTokens(new CredentialCache(null, new OneKey(), box, () -> false), (InstantSource) () -> now);

    @Test
    void takesWhatTheOfficialBuilderMakes() {
        now = Instant.now();
        SyncGrant grant = new SyncGrant().setServiceSid(SERVICE.toString());
        String text = new com.twilio.jwt.accesstoken.AccessToken.Builder(
                        ACCOUNT.toString(), KEY.toString(), SECRET.getBytes(UTF_8))
                .identity("Zoë & co")
                .grant(grant)
                .ttl(600)
                .build()
                .toJwt();

        AccessToken token = await(tokens.verify(text));

        assertThat(token.accountSid()).isEqualTo(ACCOUNT);
        assertThat(token.keySid()).isEqualTo(KEY);
        assertThat(token.identity()).isEqualTo("Zoë & co");
        assertThat(token.service()).isEqualTo(new ServiceName.BySid(SERVICE));
        assertThat(Duration.between(now, token.expires())).isBetween(Duration.ofSeconds(590), Duration.ofSeconds(601));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void takesTheAlgorithmsThatTheBuildersOffer(String algorithm) {
        String text = signed(header().put("alg", algorithm), claims(), algorithm, SECRET);

        assertThat(await(tokens.verify(text)).identity()).isEqualTo("alice");
    }

    @Test
    void takesWhatItSignsItself() {
        AccessToken token = new AccessToken(ACCOUNT, KEY, "alice", new ServiceName.Default(), now.plusSeconds(60));

        String text = AccessTokens.sign(token, now, SECRET.getBytes(UTF_8));

        assertThat(await(tokens.verify(text))).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a.b.c", "e30.e30.e30", "e30.e30", "!.e30.e30", "e30.W10.e30", "bnVsbA.e30.e30"})
    void refusesWhatIsNoToken(String text) {
        assertThat(refusal(text)).isIn(ErrorCode.TOKEN_INVALID, ErrorCode.TOKEN_HEADER_INVALID);
    }

    @Test
    void refusesATokenThatIsTooLongToBeOne() {
        assertThat(refusal(signed(claims().put("more", "x".repeat(8192))))).isEqualTo(ErrorCode.TOKEN_INVALID);
    }

    @ParameterizedTest
    @CsvSource({"alg, none", "alg, RS256", "alg, hs256", "cty, ''", "cty, twilio-fpa;v=2"})
    void refusesAHeaderOfAnotherKind(String name, String value) {
        String text = signed(header().put(name, value), claims(), "HS256", SECRET);

        assertThat(refusal(text)).isEqualTo(ErrorCode.TOKEN_HEADER_INVALID);
    }

    @Test
    void refusesAKeyOrAnAccountThatItIsNotOf() {
        String another = Sid.generate(Sid.Kind.ACCOUNT).toString();
        String missing = Sid.generate(Sid.Kind.API_KEY).toString();

        for (JsonObject claims : List.of(
                claims().put("sub", another),
                claims().put("iss", missing),
                claims().put("iss", ACCOUNT.toString()),
                claims().put("sub", 7),
                without("iss"),
                without("sub"))) {
            assertThat(refusal(signed(claims))).as(claims.encode()).isEqualTo(ErrorCode.TOKEN_ISSUER_INVALID);
        }
    }

    @Test
    void refusesASignatureByAnotherSecretBeforeItLooksAtAnythingElse() {
        String text = signed(
                header(),
                without("exp").put("sub", Sid.generate(Sid.Kind.ACCOUNT).toString()),
                "HS256",
                "other");

        assertThat(refusal(text)).isEqualTo(ErrorCode.TOKEN_SIGNATURE_INVALID);
    }

    @Test
    void refusesTheKeyOfASuspendedAccount() {
        active = false;

        assertThat(refusal(signed(claims()))).isEqualTo(ErrorCode.ACCOUNT_NOT_ACTIVE);
    }

    @Test
    void refusesWhatHasExpiredAFewSecondsLater() {
        String text = signed(claims().put("exp", now.getEpochSecond() - 2));
        assertThat(await(tokens.verify(text)).identity()).isEqualTo("alice");

        now = now.plusSeconds(1);

        assertThat(refusal(text)).isEqualTo(ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void refusesAnExpiryThatIsNone() {
        for (Object exp : List.of("soon", -1, 1e300, new JsonObject())) {
            assertThat(refusal(signed(claims().put("exp", exp)))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
        }
        assertThat(refusal(signed(without("exp")))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void refusesALifeOfMoreThanADay() {
        long day = now.getEpochSecond() + 86_400;

        assertThat(await(tokens.verify(signed(claims().put("exp", day + 60)))).identity())
                .isEqualTo("alice");
        assertThat(refusal(signed(claims().put("exp", day + 61)))).isEqualTo(ErrorCode.TOKEN_EXPIRES_TOO_LATE);
    }

    @Test
    void refusesWhatBeginsMoreThanAMinuteAhead() {
        long ahead = now.getEpochSecond() + 60;

        assertThat(await(tokens.verify(signed(claims().put("nbf", ahead)))).identity())
                .isEqualTo("alice");
        assertThat(refusal(signed(claims().put("nbf", ahead + 1)))).isEqualTo(ErrorCode.TOKEN_NOT_YET_VALID);
        assertThat(refusal(signed(claims().put("nbf", "now")))).isEqualTo(ErrorCode.TOKEN_NOT_YET_VALID);
    }

    @Test
    void refusesGrantsThatAreNotForSync() {
        assertThat(refusal(signed(without("grants")))).isEqualTo(ErrorCode.TOKEN_GRANTS_INVALID);
        assertThat(grants(it -> it.remove("data_sync"))).isEqualTo(ErrorCode.TOKEN_GRANTS_INVALID);
        assertThat(grants(it -> it.put("data_sync", true))).isEqualTo(ErrorCode.TOKEN_GRANTS_INVALID);
        assertThat(grants(it -> it.put("data_sync", new JsonObject()))).isEqualTo(ErrorCode.TOKEN_SERVICE_MISSING);
        assertThat(grants(it -> it.put("data_sync", new JsonObject().put("service_sid", "other"))))
                .isEqualTo(ErrorCode.TOKEN_SERVICE_MISSING);
    }

    @Test
    void refusesIdentitiesThatAreNone() {
        assertThat(grants(it -> it.remove("identity"))).isEqualTo(ErrorCode.TOKEN_IDENTITY_MISSING);
        for (Object identity : List.of("", 7, "a\0b", "😀".repeat(257))) {
            assertThat(grants(it -> it.put("identity", identity))).isEqualTo(ErrorCode.TOKEN_IDENTITY_MISSING);
        }
        JsonObject claims = claims();
        claims.getJsonObject("grants").put("identity", "😀".repeat(256));
        assertThat(await(tokens.verify(signed(claims))).identity()).hasSize(512);
    }

    @Test
    void refusesHalfASurrogatePairWhichWouldBeStoredAsAnotherIdentity() {
        String claims = claims().encode().replace("alice", "\\ud800");

        assertThat(refusal(signed(header(), claims, "HS256", SECRET))).isEqualTo(ErrorCode.TOKEN_IDENTITY_MISSING);
    }

    @Test
    void takesNoTokenWithACharacterChanged() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String text = signed(claims());
        for (int i = 0; i < 10_000; i++) {
            StringBuilder changed = new StringBuilder(text);
            changed.setCharAt(random.nextInt(text.length()), (char) random.nextInt(128));
            if (!sameBits(changed.toString(), text)) {
                assertThat(refusal(changed.toString()))
                        .as("seed %d: %s", seed, changed)
                        .isNotNull();
            }
        }
    }

    /** The last character of base64 has bits that count for nothing. */
    private static boolean sameBits(String one, String other) {
        int last = other.length() - 1;
        return one.regionMatches(0, other, 0, last) && "/_".indexOf(one.charAt(last)) < 0;
    }

    /** The code that a token is refused with. */
    private ErrorCode refusal(String text) {
        Future<AccessToken> verified = tokens.verify(text);
        assertThat(verified.cause()).as(text).isInstanceOf(SyncException.class);
        return ((SyncException) verified.cause()).errorCode();
    }

    private ErrorCode grants(Consumer<JsonObject> change) {
        JsonObject claims = claims();
        change.accept(claims.getJsonObject("grants"));
        return refusal(signed(claims));
    }

    private static JsonObject header() {
        return new JsonObject().put("alg", "HS256").put("typ", "JWT").put("cty", "twilio-fpa;v=1");
    }

    private JsonObject claims() {
        return new JsonObject()
                .put("iss", KEY.toString())
                .put("sub", ACCOUNT.toString())
                .put("exp", now.getEpochSecond() + 3600)
                .put(
                        "grants",
                        new JsonObject()
                                .put("identity", "alice")
                                .put("data_sync", new JsonObject().put("service_sid", SERVICE.toString())));
    }

    private JsonObject without(String claim) {
        JsonObject claims = claims();
        claims.remove(claim);
        return claims;
    }

    private static String signed(JsonObject claims) {
        return signed(header(), claims, "HS256", SECRET);
    }

    private static String signed(JsonObject header, JsonObject claims, String algorithm, String secret) {
        return signed(header, claims.encode(), algorithm, secret);
    }

    private static String signed(JsonObject header, String claims, String algorithm, String secret) {
        String text = encode(header.encode().getBytes(UTF_8)) + "." + encode(claims.getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HMAC"));
            return text + "." + encode(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String encode(byte[] part) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(part);
    }

    /** Knows one key. */
    private final class OneKey extends KeysToLookUp {

        @Override
        public Future<Credential> credential(Sid sid) {
            return Future.succeededFuture(
                    sid.equals(KEY) ? new Credential(KEY, ACCOUNT, active, box.encrypt(KEY, SECRET)) : null);
        }
    }
}
