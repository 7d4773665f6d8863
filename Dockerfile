# syntax=docker/dockerfile:1
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
# the database is another container: no embedded one
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B -Dmaven.test.skip=true -Dlockstep.embedded=none package

FROM eclipse-temurin:25-jre
COPY --chmod=755 container/lockstep container/healthy /usr/local/bin/
COPY --from=build /build/target/lockstep.jar /opt/lockstep/
# the directory is for a master key file, and a named volume takes its owner over
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin lockstep \
    && install --directory --owner=lockstep --group=lockstep --mode=0700 /var/lib/lockstep
USER 10001
WORKDIR /var/lib/lockstep
ENV LOCKSTEP_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["healthy"]
ENTRYPOINT ["lockstep"]
