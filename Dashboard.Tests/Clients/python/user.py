"""What users do with docker-py, one function a case: python3 user.py CASE. A failed assertion is the answer."""
import io
import sys
import tarfile
import threading
import time

import docker

IDLE = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]
BUSYBOX = "busybox:latest"
client = docker.from_env()


def tar_of(name, data, mode=0o640):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.uid = len(data), mode, 1000
        archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def run():
    assert client.containers.run(BUSYBOX, ["echo", "hi"], remove=True) == b"hi\n"
    both = client.containers.run(BUSYBOX, ["sh", "-c", "echo out; echo err >&2"], remove=True, stderr=True)
    assert sorted(both.splitlines()) == [b"err", b"out"], both
    try:
        client.containers.run(BUSYBOX, ["sh", "-c", "echo why >&2; exit 5"], remove=True)
        raise SystemExit("no error")
    except docker.errors.ContainerError as error:
        assert error.exit_status == 5 and b"why" in error.stderr, error
    try:
        client.containers.run(BUSYBOX, ["not-there"], remove=True)
        raise SystemExit("no error")
    except docker.errors.APIError as error:
        assert "not-there" in error.explanation, error.explanation
    # docker-py leaves the one that it could not start.
    assert [each.status for each in client.containers.list(all=True)] == ["created"]


def options():
    box = client.containers.run(
        BUSYBOX, IDLE, detach=True, name="box", hostname="py", environment={"A": "1", "B": "two words"}, labels={"team": "red"},
        mem_limit="64m", nano_cpus=500_000_000, pids_limit=40, user="app", working_dir="/tmp", ports={"80/tcp": None, "81/udp": ("127.0.0.1", 8181)},
        cap_drop=["NET_RAW"], tmpfs={"/scratch": "size=1m"}, extra_hosts={"elsewhere": "192.0.2.9"}, restart_policy={"Name": "on-failure", "MaximumRetryCount": 2},
        ulimits=[docker.types.Ulimit(name="nofile", soft=100, hard=200)], log_config=docker.types.LogConfig(type="json-file", config={"max-size": "1m"}),
        healthcheck={"test": ["CMD", "true"], "interval": 300_000_000}, sysctls={"net.core.somaxconn": "77"}, init=True, read_only=True)
    host = client.api.inspect_container(box.id)["HostConfig"]
    assert (host["Memory"], host["NanoCpus"], host["PidsLimit"]) == (64 << 20, 500_000_000, 40), host
    box.reload()
    assert box.status == "running" and box.labels == {"team": "red"} and box.name == "box"
    assert box.image.tags == [BUSYBOX], box.image.tags
    assert box.ports["81/udp"] == [{"HostIp": "127.0.0.1", "HostPort": "8181"}], box.ports
    assert int(box.ports["80/tcp"][0]["HostPort"]) > 1024
    code, told = box.exec_run(["sh", "-c", "echo $A $B $(hostname) $(pwd) $(id -u) $(cat /proc/sys/net/core/somaxconn); grep -c elsewhere /etc/hosts"])
    assert (code, told) == (0, b"1 two words py /tmp 1000 77\n1\n"), (code, told)
    assert [each.name for each in client.containers.list(filters={"label": "team=red", "status": "running"})] == ["box"]
    box.rename("other")
    box.update(mem_limit="96m", memswap_limit="192m")
    assert client.containers.get("other").attrs["HostConfig"]["Memory"] == 96 << 20


def lifecycle():
    box = client.containers.create(BUSYBOX, IDLE, name="box")
    assert box.status == "created"
    box.start()
    box.pause()
    box.reload()
    assert box.status == "paused"
    box.unpause()
    box.stop(timeout=5)
    assert box.wait(timeout=10)["StatusCode"] == 0
    box.restart(timeout=3)
    box.kill(signal="KILL")
    assert box.wait(condition="not-running")["StatusCode"] == 137
    box.remove(v=True)
    try:
        client.containers.get("box")
        raise SystemExit("still there")
    except docker.errors.NotFound as error:
        assert error.explanation == "No such container: box", error.explanation
    assert client.containers.prune()["ContainersDeleted"] in (None, [])


def logs():
    box = client.containers.run(BUSYBOX, ["sh", "-c", "for i in 1 2 3; do echo line $i; done; read -r x < /tmp/go; echo last"], detach=True, name="box", entrypoint=["sh", "-c", "mkfifo /tmp/go; exec \"$@\"", "sh"])
    stream = box.logs(stream=True, follow=True)
    first = next(stream)
    assert first.startswith(b"line 1"), first
    box.exec_run(["sh", "-c", "echo > /tmp/go"])
    whole = first + b"".join(stream)
    assert whole == b"line 1\nline 2\nline 3\nlast\n", whole
    assert box.logs(tail=1) == b"last\n"
    stamped = box.logs(timestamps=True, tail=1)
    assert stamped[:2] == b"20" and stamped.endswith(b"Z last\n"), stamped
    assert box.logs(stdout=False, stderr=True) == b""


def attach():
    box = client.containers.create(BUSYBOX, ["cat"], stdin_open=True, name="box")
    # A socket of a client of its own: docker-py gives the raw one.
    socket = box.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
    box.start()
    socket._sock.sendall(b"hello\n")
    head = socket.read(8)
    assert head == b"\x01\0\0\0\0\0\0\x06", head
    assert socket.read(6) == b"hello\n"
    socket._sock.shutdown(1)
    socket.close()
    box.kill()
    streamed = client.containers.run(BUSYBOX, ["sh", "-c", "echo a; sleep 0.2; echo b"], stream=True)
    assert b"".join(streamed) == b"a\nb\n"


def execute():
    box = client.containers.run(BUSYBOX, IDLE, detach=True, name="box")
    assert box.exec_run("sh -c 'exit 3'").exit_code == 3
    code, (out, err) = box.exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True)
    assert (code, out, err) == (0, b"out\n", b"err\n"), (code, out, err)
    assert b"".join(box.exec_run(["sh", "-c", "echo 1; echo 2"], stream=True).output) == b"1\n2\n"
    assert box.exec_run("id -u", user="app", environment={"X": "y"}, workdir="/tmp").output == b"1000\n"
    assert box.exec_run("touch /made", detach=True).output in ("", b"")
    assert box.exec_run(["tty"], tty=True).output == b"/dev/pts/0\r\n"
    identifier = client.api.exec_create(box.id, ["cat"], stdin=True)["Id"]
    socket = client.api.exec_start(identifier, socket=True)
    socket._sock.sendall(b"typed\n")
    assert socket.read(14)[8:] == b"typed\n"
    socket._sock.shutdown(1)
    assert socket.read() == b""
    socket.close()
    state = client.api.exec_inspect(identifier)
    assert state["ExitCode"] == 0 and state["Running"] is False, state
    failed = box.exec_run(["not-there"])
    assert failed.exit_code == 126 or failed.exit_code == 127, failed


def archives():
    box = client.containers.run(BUSYBOX, IDLE, detach=True, name="box")
    assert box.put_archive("/tmp", tar_of("put", b"by archive"))
    assert box.exec_run(["sh", "-c", "cat /tmp/put; stat -c %a:%u /tmp/put"]).output == b"by archive640:1000\n"
    chunks, stat = box.get_archive("/tmp/put")
    assert stat["name"] == "put" and stat["size"] == 10, stat
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        assert archive.extractfile("put").read() == b"by archive"
    try:
        box.get_archive("/not/there")
        raise SystemExit("found")
    except docker.errors.NotFound:
        pass
    assert {"Path": "/tmp/put", "Kind": 1} in box.diff()
    with tarfile.open(fileobj=io.BytesIO(b"".join(box.export()))) as archive:
        assert archive.extractfile("tmp/put").read() == b"by archive"


def stats():
    box = client.containers.run(BUSYBOX, ["sh", "-c", "while :; do :; done"], detach=True, name="box")
    one = box.stats(stream=False)
    assert one["name"] == "/box" and one["memory_stats"]["usage"] > 0 and one["networks"]["eth0"]["rx_bytes"] >= 0, one
    stream = box.stats(stream=True, decode=True)
    first, second = next(stream), next(stream)
    used = second["cpu_stats"]["cpu_usage"]["total_usage"] - second["precpu_stats"]["cpu_usage"]["total_usage"]
    total = second["cpu_stats"]["system_cpu_usage"] - second["precpu_stats"]["system_cpu_usage"]
    assert 0 < used <= total and first["read"] < second["read"], second
    stream.close()
    top = box.top(ps_args="aux")
    assert top["Titles"][1] == "PID" and len(top["Processes"]) == 1, top
    box.kill()


def events():
    began = int(time.time()) - 1
    seen = []
    stream = client.events(decode=True, since=began, filters={"type": ["container", "network"]})

    def read():
        for event in stream:
            seen.append((event["Type"], event["Action"], event["Actor"]["Attributes"].get("name")))
            if event["Action"] == "destroy" and seen[-1][2] == "watched":
                break

    reader = threading.Thread(target=read)
    reader.start()
    client.containers.run(BUSYBOX, ["true"], name="watched", remove=True)
    reader.join(20)
    assert not reader.is_alive(), seen
    ours = [action for kind, action, name in seen if kind == "container" and name == "watched"]
    assert ours[:1] == ["create"] and {"start", "die", "destroy"} <= set(ours), ours
    assert ("network", "connect", "bridge") in seen, seen
    stream.close()


def networks():
    pool = docker.types.IPAMPool(subnet="10.98.4.0/24", gateway="10.98.4.1")
    network = client.networks.create("pynet", driver="bridge", labels={"a": "b"}, ipam=docker.types.IPAMConfig(pool_configs=[pool]), internal=False)
    assert network.attrs["IPAM"]["Config"] == [{"Subnet": "10.98.4.0/24", "Gateway": "10.98.4.1"}], network.attrs
    one = client.containers.run(BUSYBOX, IDLE, detach=True, name="one", network="pynet")
    two = client.containers.run(BUSYBOX, IDLE, detach=True, name="two")
    network.connect(two, aliases=["second"], ipv4_address="10.98.4.77")
    assert b"10.98.4.77" in one.exec_run("nslookup second 127.0.0.11").output
    assert one.exec_run("ping -c 1 -W 5 second").exit_code == 0
    network.reload()
    assert {each.name for each in network.containers} == {"one", "two"}
    assert [each.name for each in client.networks.list(names=["pynet"], filters={"driver": "bridge"})] == ["pynet"]
    try:
        network.remove()
        raise SystemExit("removed with endpoints")
    except docker.errors.APIError as error:
        assert error.status_code == 403 and "has active endpoints" in error.explanation, error
    network.disconnect(two)
    assert one.exec_run("ping -c 1 -W 1 second").exit_code != 0
    one.remove(force=True)
    network.remove()
    assert client.networks.list(names=["pynet"]) == []


def volumes():
    volume = client.volumes.create("pydata", labels={"k": "v"})
    assert volume.attrs["Driver"] == "local" and volume.attrs["Labels"] == {"k": "v"}
    client.containers.run(BUSYBOX, ["sh", "-c", "echo kept > /d/f"], remove=True, volumes={"pydata": {"bind": "/d", "mode": "rw"}})
    assert client.containers.run(BUSYBOX, ["cat", "/d/f"], remove=True, mounts=[docker.types.Mount("/d", "pydata", read_only=True)]) == b"kept\n"
    holder = client.containers.run(BUSYBOX, IDLE, detach=True, name="box", volumes=["pydata:/d:ro", "/anonymous"])
    try:
        volume.remove()
        raise SystemExit("removed in use")
    except docker.errors.APIError as error:
        assert error.status_code == 409 and "volume is in use" in error.explanation, error
    assert [each.name for each in client.volumes.list(filters={"label": "k=v"})] == ["pydata"]
    holder.remove(force=True, v=True)
    volume.remove()
    assert client.volumes.list() == [], client.volumes.list()


def images():
    image = client.images.get("busybox")
    assert image.tags == [BUSYBOX] and image.attrs["Os"] == "linux", image.tags
    assert image.tag("py/copy", tag="1")
    assert "py/copy:1" in [tag for each in client.images.list() for tag in each.tags]
    image.reload()
    packed = b"".join(image.save(named="py/copy:1"))
    client.images.remove("py/copy:1")
    loaded = client.images.load(packed)
    assert loaded[0].id == image.id and "py/copy:1" in loaded[0].tags, loaded
    client.images.remove("py/copy:1")
    assert len(image.history()) == 1
    box = client.containers.run(BUSYBOX, ["touch", "/new"], detach=True, name="box")
    box.wait()
    made = box.commit("py/made", tag="2", message="why", author="me", conf={"Cmd": ["ls", "/new"]})
    assert client.containers.run("py/made:2", remove=True) == b"/new\n"
    assert (made.attrs["Comment"], made.attrs["Author"]) == ("why", "me")
    client.images.remove("py/made:2")
    try:
        client.images.get("no-such/image")
        raise SystemExit("found")
    except docker.errors.ImageNotFound:
        pass


def system():
    assert client.ping() is True
    version = client.version()
    assert version["ApiVersion"] and version["Os"] == "linux" and "Components" in version
    info = client.info()
    assert info["NCPU"] > 0 and info["Images"] >= 1 and info["OSType"] == "linux"
    assert {"Images", "Containers", "Volumes"} <= set(client.df())
    old = docker.from_env(version="1.24")
    assert old.containers.run(BUSYBOX, ["echo", "old"], remove=True) == b"old\n"
    old.close()
    auto = docker.from_env(version="auto")
    assert auto.containers.run(BUSYBOX, ["echo", "auto"], remove=True) == b"auto\n"
    auto.close()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    client.close()
    print("passed")
