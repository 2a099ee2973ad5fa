const { Router } = require('express');
const { ping } = require('../lib/net');
const router = Router();
router.get('/ping', (req, res) => {
  ping(req.query.host, (error, out) => res.send(out));
});
module.exports = router;
