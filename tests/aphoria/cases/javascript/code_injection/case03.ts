// expect: nothing
import express, { Request, Response } from 'express';

const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const make = new Function('x', 'return x + 1');
  res.json(make(Number(req.body.x)));
});

export default router;
