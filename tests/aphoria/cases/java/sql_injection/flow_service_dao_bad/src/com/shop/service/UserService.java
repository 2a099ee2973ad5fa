package com.shop.service;
import com.shop.data.UserDao;
public class UserService {
    private final UserDao dao = new UserDao();
    public boolean login(String user, String pin) throws Exception {
        return dao.matches(user.trim(), pin);
    }
}
