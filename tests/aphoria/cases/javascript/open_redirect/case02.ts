// expect: redirect/open = true
import express, { Request, Response } from 'express';

const router = express.Router();

router.post('/x', async (req: Request, res: Response): Promise<void> => {
  const { next } = req.body;
  res.redirect(303, next);
});

export default router;
