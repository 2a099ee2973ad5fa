// expect: cookie/secure = false; cookie/http_only = false
package web

import "net/http"

func login(w http.ResponseWriter, id string) {
	http.SetCookie(w, &http.Cookie{Name: "sid", Value: id, Path: "/", Secure: false, HttpOnly: false, SameSite: http.SameSiteLaxMode})
}
