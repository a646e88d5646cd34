# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The guest owner: makes the certificate and session of a launch for the lab's platform.
#
# The lab's own session.py and snpdigest.py do the work; here is only where the host's certificate
# comes from and in which settings the result goes.

"""dh-cert and session of a guest's owner."""

import base64
import pathlib
import sys

from . import lab

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lab"))

import session  # noqa: E402
import snpdigest  # noqa: E402, F401  (for tests)


def host_certificate():
    """The platform's PDH, as bytes."""
    for line in lab.virsh("nodesevinfo").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "pdh":
            return base64.b64decode(value.strip())
    raise AssertionError("virsh nodesevinfo tells no pdh")


def settings_for(policy):
    """{dh-cert, session} for a guest with this policy."""
    certificate, blob, _, _ = session.make_session(host_certificate(), policy)
    return {
        "dh_cert": base64.b64encode(certificate).decode(),
        "session": base64.b64encode(blob).decode(),
    }
