"""From trees to facts: what every name holds, who else can see it, and what must follow a change."""
