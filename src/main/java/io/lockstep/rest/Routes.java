package io.lockstep.rest;

/** The routes of one kind of resource. */
interface Routes {

    void mount(RouteTable table);
}
