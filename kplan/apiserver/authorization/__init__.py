"""Who may do what: RBAC's rules over the roles and bindings of a state."""
