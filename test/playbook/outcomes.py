"""Writes down what became of each task on each host, a line a task, and the recap: what language.test.ts expects."""
import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: outcomes
type: stdout
short_description: a line a task
"""

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "outcomes"

    def __init__(self):
        super().__init__()
        self.lines = []
        self.name = None
        self.hosts = {}

    def flush(self):
        if self.hosts:
            self.lines.append(f"{self.name}: " + " ".join(f"{h} {r}" for h, r in sorted(self.hosts.items())))
        self.hosts = {}

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.flush()
        self.name = task.get_name().strip()

    def v2_playbook_on_handler_task_start(self, task):
        self.v2_playbook_on_task_start(task, False)

    def tell(self, result, outcome):
        if result._task.action == "meta":
            return
        given = result._result
        if outcome == "ok" and given.get("changed"):
            outcome = "changed"
        said = outcome
        msg = given.get("msg")
        is_said = outcome == "ok" and "results" not in given and result._task.action.split(".")[-1] in ("debug", "assert")
        if is_said and "var" not in result._task.args and isinstance(msg, (str, bool)):
            said = f"ok {json.dumps(msg if isinstance(msg, str) else str(msg).lower(), ensure_ascii=False)}"
        self.hosts[result._host.get_name()] = said

    def v2_runner_on_ok(self, result): self.tell(result, "ok")
    def v2_runner_on_failed(self, result, ignore_errors=False):
        if ignore_errors:
            self.hosts[result._host.get_name()] = "changed" if result._result.get("changed") else "ok"
        else: self.tell(result, "failed")
    def v2_runner_on_skipped(self, result): self.tell(result, "skipped")
    def v2_runner_on_unreachable(self, result):
        self.tell(result, "unreachable")
    def v2_playbook_on_include(self, included):
        for host in included._hosts: self.hosts[host.get_name()] = "ok"
    def v2_playbook_on_stats(self, stats):
        self.flush()
        for h in sorted(stats.processed):
            s = stats.summarize(h)
            self.lines.append(f"{h} ok={s['ok']} changed={s['changed']} failed={s['failures']} skipped={s['skipped']} rescued={s['rescued']} ignored={s['ignored']}")
        open(os.environ["OUTCOMES"], "w").write("\n".join(self.lines) + "\n")
