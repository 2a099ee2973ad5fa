// expect: debug/stack_trace/exposed = true
module.exports = (err, req, res, next) => {
  res.status(500).send(err.stack);
};
