"""One command runs the portal on a bare machine: embedded servers, processes of the portal, a mail catcher.

Local use only. Production starts the same processes from systemd or a container (docs/operations.md).
"""
