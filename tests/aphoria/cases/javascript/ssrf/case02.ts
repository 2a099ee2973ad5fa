// expect: ssrf/untrusted_target = true
import express, { Request, Response } from 'express';
import got from 'got';
const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const answer = await got(req.body.url);
  res.json(answer.body);
});

export default router;
