// expect: injection/code = true
import express, { Request, Response } from 'express';

const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const make = new Function('x', req.body.expression);
  res.json(make(1));
});

export default router;
