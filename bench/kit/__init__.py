"""What the programs in bench/ share: running, machine facts, figures, trees to scan."""
