"""What an editor should look at before an issue leaves (N4): every problem is one sentence."""
