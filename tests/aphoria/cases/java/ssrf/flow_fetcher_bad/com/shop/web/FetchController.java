package com.shop.web;
import com.shop.net.Fetcher;
import javax.ws.rs.*;
@Path("/fetch")
public class FetchController {
    private final Fetcher fetcher = new Fetcher();
    @GET
    public String fetch(@QueryParam("url") String url) throws Exception { return fetcher.get(url); }
}
