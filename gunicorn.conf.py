"""gunicorn: threads, because a request mostly waits for PostgreSQL. Everything may be set from the environment."""

import os

wsgi_app = "dxportal.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # seconds; a worker that is silent for so long is replaced
graceful_timeout = (
    25  # seconds for running requests when it is told to stop (promises.md P13: stop within 30 s)
)
keepalive = 15
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112, gunicorn keeps nothing in it
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "127.0.0.1")
accesslog = None
errorlog = "-"
control_socket_disable = True  # systemd and the launcher control it; the socket would lie in somebody's home
