package com.shop.job;
public class NightJob implements Job {
    @Override
    public String prepare(String name) {
        return "run all";
    }
}
