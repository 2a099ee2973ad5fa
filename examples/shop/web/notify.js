// Tells the warehouse what was sold.
const https = require("https");
const crypto = require("crypto");

function tell(order) {
    const text = JSON.stringify(order);
    const sum = crypto.createHash("sha256").update(text).digest("hex");
    const call = https.request({
        host: "warehouse.internal",
        path: "/sold",
        method: "POST",
        headers: {"x-sum": sum},
        rejectUnauthorized: false,
    });
    call.end(text);
}

module.exports = {tell};
