"""fastxlion is the Lion optimizer ([Chen et al. 2023](https://arxiv.org/abs/2302.06675)) with half of AdamW's optimizer memory, or about an eighth in 8 bits.

In fastai:

```python
# before
learn = Learner(dls, model, opt_func=Adam, lr=1e-3, wd=0.01)

# after
from fastxlion.optimizer import lion
learn = Learner(dls, model, opt_func=lion(fused=True), lr=2e-4, wd=0.05)
```

In PyTorch, Transformers and Lightning:

```python
# before
opt = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)

# after
from fastxlion.pytorch import Lion
opt = Lion(model.parameters(), lr=2e-4, weight_decay=0.05)
```

Modules:

- `fastxlion.callback`: The loss is NaN, or a layer has silently stopped learning: skip the step with `SkipNonFinite`, or have it name the parameter
- `fastxlion.optimizer`: Give `lion()` to a `Learner` as `opt_func`, or make the optimizer with `Lion`: all arguments and defaults, and the learning rate and weight decay to start from
- `fastxlion.profiler`: `StepProfiler` times the optimizer step inside real training; `state_bytes` and `temporary_bytes` measure its memory
- `fastxlion.pytorch`: `from fastxlion.pytorch import Lion`: a `torch.optim.Optimizer` for your own training loop, FSDP2, accelerate, Transformers and Lightning"""

__version__ = "0.0.1"
