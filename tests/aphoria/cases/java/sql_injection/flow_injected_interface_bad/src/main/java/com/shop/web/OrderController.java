package com.shop.web;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.bind.annotation.*;
import com.shop.service.OrderService;
@RestController
public class OrderController {
    @Autowired
    private OrderService orders;
    @GetMapping("/orders")
    public Object list(@RequestParam String status) { return orders.byStatus(status); }
}
