package com.shop.util;
import java.util.*;
public class Shell {
    public static int run(String file) throws Exception {
        Process process = Runtime.getRuntime().exec(new String[] {"/bin/sh", "-c", "convert " + file + " out.png"});
        return process.waitFor();
    }
}
