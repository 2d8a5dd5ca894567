"""gigasite: where, when and on whose power to build an AI training cluster, with a proof."""
