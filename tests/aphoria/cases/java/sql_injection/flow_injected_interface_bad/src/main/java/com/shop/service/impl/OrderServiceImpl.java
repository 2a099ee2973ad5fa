package com.shop.service.impl;
import com.shop.service.OrderService;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
@Service
public class OrderServiceImpl implements OrderService {
    private final JdbcTemplate jdbcTemplate;
    public OrderServiceImpl(JdbcTemplate jdbcTemplate) { this.jdbcTemplate = jdbcTemplate; }
    @Override
    public List<String> byStatus(String status) {
        return jdbcTemplate.queryForList("SELECT code FROM orders WHERE status = '" + status + "'", String.class);
    }
}
