package com.shop.util;
import java.util.*;
public class Shell {
    public static int run(String file) throws Exception {
        Process process = new ProcessBuilder("convert", "--", file, "out.png").start();
        return process.waitFor();
    }
}
