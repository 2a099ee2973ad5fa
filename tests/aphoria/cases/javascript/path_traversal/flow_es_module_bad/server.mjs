import express from 'express';
import fs from 'node:fs';
import { cleanName } from './names.mjs';
const app = express();
app.get('/file', (req, res) => {
  fs.readFile('/srv/files/' + cleanName(req.query.name), (error, data) => res.end(data));
});
