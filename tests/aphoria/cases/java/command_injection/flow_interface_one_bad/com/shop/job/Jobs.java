package com.shop.job;
public class Jobs { public static Job create() { return new NightJob(); } }
