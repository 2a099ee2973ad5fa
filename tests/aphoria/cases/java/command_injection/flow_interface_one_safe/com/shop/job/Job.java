package com.shop.job;
public interface Job { String prepare(String name); }
