"""How both sides' logs travel: bundles made, bundles taken in, bundles refused."""

from keruen.register.exchange.refused import RefusedBundle, refused_bundles

__all__ = ["RefusedBundle", "refused_bundles"]
