package com.shop.service;
import java.util.List;
public interface OrderService {
    List<String> byStatus(String status);
}
