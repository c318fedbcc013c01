"""Tells how each task ended, a line of JSON each, as the tests of differences read it."""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: tell
type: stdout
short_description: one line of JSON for each result
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "tell"

    def __init__(self):
        super().__init__()
        self.out = open(os.environ["TELL_FILE"], "w", encoding="utf-8")

    def _tell(self, result, outcome):
        given = result._result
        if "results" in given and result._task.loop or result._task.action == "meta":
            return  # its items were told; what is no task is not
        if outcome == "ok" and given.get("changed"):
            outcome = "changed"
        file, _, _ = result._task.get_path().rpartition(":")
        diffs = given.get("diff") or []
        texts = [
            [one["before"], one["after"]]
            for one in (diffs if isinstance(diffs, list) else [diffs])
            if result._task.diff and isinstance(one.get("before"), str) and one["before"] != one.get("after")
        ]
        task = result._task.name or result._task.action
        told = {"file": os.path.basename(file), "task": task, "outcome": outcome, "diff": json.dumps(texts) if texts else ""}
        msg = given.get("msg") or given.get("module_stderr")
        if "var" in result._task.args:
            msg = f"{result._task.args['var']}: {given[result._task.args['var']]}"
        print(json.dumps({**told, "message": (msg if isinstance(msg, str) else "" if msg is None else json.dumps(msg)).strip()}), file=self.out, flush=True)

    def v2_runner_on_ok(self, result):
        self._tell(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._tell(result, "failed")

    def v2_runner_on_skipped(self, result):
        self._tell(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self._tell(result, "unreachable")

    def v2_runner_item_on_ok(self, result):
        self._tell(result, "ok")

    def v2_runner_item_on_failed(self, result):
        self._tell(result, "failed")

    def v2_runner_item_on_skipped(self, result):
        self._tell(result, "skipped")
