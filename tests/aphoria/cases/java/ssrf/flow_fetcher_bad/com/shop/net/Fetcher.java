package com.shop.net;
import java.io.*;
import java.net.*;
public class Fetcher {
    public String get(String address) throws IOException {
        try (InputStream in = new URL(address).openStream()) { return new String(in.readAllBytes()); }
    }
}
