// expect: nothing
import express, { Request, Response } from 'express';
import got from 'got';
const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const answer = await got('https://api.example/items', { searchParams: { q: req.body.url } });
  res.json(answer.body);
});

export default router;
