package com.shop.model;
public class Query {
    private String name;
    private String kind;
    public void setName(String name) { this.name = name; }
    public String getName() { return name; }
    public void setKind(String kind) { this.kind = kind; }
    public String getKind() { return kind; }
}
