package io.lockstep.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JWTs that a customer's backend signs with an API key's secret, and clients show (tokens-and-acl.md section
 * 2). The algorithm is one of the three that the official builders offer, never what else a token may ask for. Belongs to
 * one event loop, like its cache.
 */
public final class AccessTokens {

    /** The longest that a token may be good for, from now on. */
    public static final Duration LONGEST = Duration.ofHours(24);

    private static final Map<String, String> ALGORITHMS =
            Map.of("HS256", "HmacSHA256", "HS384", "HmacSHA384", "HS512", "HmacSHA512");
    private static final String CONTENT_TYPE = "twilio-fpa;v=1";
    private static final Duration EXPIRY_SKEW = Duration.ofSeconds(3);
    private static final Duration SKEW = Duration.ofSeconds(60);
    private static final int MAX_LENGTH = 8192; // characters
    private static final int MAX_IDENTITY = 256; // code points

    private final CredentialCache credentials;
    private final InstantSource clock;

    public AccessTokens(CredentialCache credentials, InstantSource clock) {
        this.credentials = credentials;
        this.clock = clock;
    }

    /**
     * What a token says. Nothing of it is believed before its signature has been checked. Fails with one of the codes
     * TOKEN_..., with ACCOUNT_NOT_ACTIVE when its account is suspended, and with UNAVAILABLE when the key cannot be
     * looked up.
     */
    public Future<AccessToken> verify(String text) {
        try {
            Parsed parsed = Parsed.of(text);
            return credentials.get(parsed.keySid()).map(entry -> verified(parsed, entry));
        } catch (SyncException refused) {
            return Future.failedFuture(refused);
        }
    }

    private AccessToken verified(Parsed parsed, CredentialCache.@Nullable Entry entry) {
        if (entry == null) {
            throw refused(ErrorCode.TOKEN_ISSUER_INVALID, "Invalid Access Token issuer/subject");
        }
        byte[] signature = hmac(parsed.algorithm(), entry.secret(), parsed.signedText());
        if (!MessageDigest.isEqual(signature, parsed.signature())) {
            throw refused(ErrorCode.TOKEN_SIGNATURE_INVALID, "Invalid Access Token signature");
        }
        if (!entry.accountSid().equals(parsed.accountSid())) {
            throw refused(ErrorCode.TOKEN_ISSUER_INVALID, "Invalid Access Token issuer/subject");
        }
        if (!entry.accountActive()) {
            throw refused(ErrorCode.ACCOUNT_NOT_ACTIVE, "Account not active");
        }
        Instant expires = checkedExpiry(parsed.claims());
        JsonObject grants = object(parsed.claims(), "grants", ErrorCode.TOKEN_GRANTS_INVALID);
        return new AccessToken(entry.accountSid(), parsed.keySid(), identity(grants), service(grants), expires);
    }

    private Instant checkedExpiry(JsonObject claims) {
        Instant now = clock.instant();
        Instant expires = seconds(claims, "exp");
        if (expires == null || isOver(expires, now)) {
            throw refused(ErrorCode.TOKEN_EXPIRED, "Access Token expired or expiration date invalid");
        }
        if (expires.isAfter(now.plus(LONGEST).plus(SKEW))) {
            throw refused(ErrorCode.TOKEN_EXPIRES_TOO_LATE, "Expiration time exceeds the maximum of 24 hours");
        }
        Instant begins = seconds(claims, "nbf");
        if (claims.containsKey("nbf") && (begins == null || begins.isAfter(now.plus(SKEW)))) {
            throw refused(ErrorCode.TOKEN_NOT_YET_VALID, "Access Token not yet valid");
        }
        return expires;
    }

    /** Whether a token that was good has expired since: it would be refused now. */
    public static boolean isOver(AccessToken token, Instant now) {
        return isOver(token.expires(), now);
    }

    private static boolean isOver(Instant expires, Instant now) {
        return !expires.plus(EXPIRY_SKEW).isAfter(now);
    }

    /** Null when it is no number, or of another age than ours. */
    private static @Nullable Instant seconds(JsonObject claims, String name) {
        boolean plausible = claims.getValue(name) instanceof Number number
                && number.doubleValue() >= 0
                && number.doubleValue() < Instant.MAX.getEpochSecond();
        return plausible ? Instant.ofEpochSecond(((Number) claims.getValue(name)).longValue()) : null;
    }

    private static String identity(JsonObject grants) {
        String identity = string(grants, "identity");
        if (!isIdentity(identity)) {
            throw refused(ErrorCode.TOKEN_IDENTITY_MISSING, "Access Token has no identity of 1 to 256 characters");
        }
        return identity;
    }

    /** Whether a text can be one: half a surrogate pair would be stored as something else, and a NUL not at all. */
    public static boolean isIdentity(String text) {
        int length = text.codePointCount(0, text.length());
        return length > 0
                && length <= MAX_IDENTITY
                && text.indexOf('\0') < 0
                && UTF_8.newEncoder().canEncode(text);
    }

    private static ServiceName service(JsonObject grants) {
        JsonObject grant = object(grants, "data_sync", ErrorCode.TOKEN_GRANTS_INVALID);
        ServiceName service = ServiceName.parse(string(grant, "service_sid"));
        if (service == null) {
            throw refused(ErrorCode.TOKEN_SERVICE_MISSING, "Access Token's grant has no Service Instance");
        }
        return service;
    }

    private static JsonObject object(JsonObject in, String name, ErrorCode otherwise) {
        if (in.getValue(name) instanceof JsonObject object) {
            return object;
        }
        throw refused(otherwise, "Access Token has no " + name);
    }

    /** Empty when it is no string. */
    private static String string(JsonObject in, String name) {
        return in.getValue(name) instanceof String text ? text : "";
    }

    /**
     * A token that {@link #verify} takes.
     *
     * @param secret of its key
     */
    static String sign(AccessToken token, Instant issued, byte[] secret) {
        JsonObject header =
                new JsonObject().put("alg", "HS256").put("typ", "JWT").put("cty", CONTENT_TYPE);
        String service =
                token.service() instanceof ServiceName.BySid one ? one.sid().toString() : ServiceName.DEFAULT_ALIAS;
        JsonObject claims = new JsonObject()
                .put("jti", token.keySid() + "-" + issued.getEpochSecond())
                .put("iss", token.keySid().toString())
                .put("sub", token.accountSid().toString())
                .put("iat", issued.getEpochSecond())
                .put("exp", token.expires().getEpochSecond())
                .put(
                        "grants",
                        new JsonObject()
                                .put("identity", token.identity())
                                .put("data_sync", new JsonObject().put("service_sid", service)));
        String signed = encode(header.encode().getBytes(UTF_8)) + "."
                + encode(claims.encode().getBytes(UTF_8));
        return signed + "." + encode(hmac("HmacSHA256", secret, signed.getBytes(US_ASCII)));
    }

    private static String encode(byte[] part) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(part);
    }

    private static byte[] hmac(String algorithm, byte[] secret, byte[] text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + algorithm, e);
        }
    }

    private static SyncException refused(ErrorCode code, String message) {
        return new SyncException(code, message);
    }

    /** A token's parts, none of which is believed yet. */
    private record Parsed(
            String algorithm, Sid keySid, Sid accountSid, JsonObject claims, Buffer signed, Buffer signatureBytes) {

        static Parsed of(String text) {
            String[] parts = text.length() > MAX_LENGTH ? new String[0] : text.split("\\.", -1);
            if (parts.length != 3) {
                throw invalid();
            }
            JsonObject header = json(parts[0]);
            JsonObject claims = json(parts[1]);
            String algorithm = ALGORITHMS.get(string(header, "alg"));
            if (algorithm == null || !string(header, "cty").equals(CONTENT_TYPE)) {
                throw refused(ErrorCode.TOKEN_HEADER_INVALID, "Invalid Access Token header");
            }
            Sid key = Sid.parse(Sid.Kind.API_KEY, string(claims, "iss"));
            Sid account = Sid.parse(Sid.Kind.ACCOUNT, string(claims, "sub"));
            if (key == null || account == null) {
                throw refused(ErrorCode.TOKEN_ISSUER_INVALID, "Invalid Access Token issuer/subject");
            }
            String signed = text.substring(0, text.lastIndexOf('.'));
            return new Parsed(algorithm, key, account, claims, Buffer.buffer(signed), Buffer.buffer(decode(parts[2])));
        }

        byte[] signedText() {
            return signed.getBytes();
        }

        byte[] signature() {
            return signatureBytes.getBytes();
        }

        private static JsonObject json(String part) {
            try {
                return new JsonObject(new String(decode(part), UTF_8));
            } catch (DecodeException | ClassCastException e) {
                throw invalid();
            }
        }

        private static byte[] decode(String part) {
            try {
                return Base64.getUrlDecoder().decode(part);
            } catch (IllegalArgumentException e) {
                throw invalid();
            }
        }

        private static SyncException invalid() {
            return refused(ErrorCode.TOKEN_INVALID, "Invalid Access Token");
        }
    }
}
