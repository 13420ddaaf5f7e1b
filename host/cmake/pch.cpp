// Carries the precompiled header that the host's libraries share.
