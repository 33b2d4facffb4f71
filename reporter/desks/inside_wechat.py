"""Whether a page is shown by 微信's own browser, and what it may load there then."""

from flask import g, request

from reporter.ports import ports


def in_wechat() -> bool:
    """Tell whether the city has an account there and the request comes from its browser; 企业微信 is another one."""
    agent = request.user_agent.string
    return "MicroMessenger/" in agent and "wxwork" not in agent and ports.wechat.there()


def wechat_script() -> str:
    """Return the address of 微信's script for a page that can use it, "" everywhere else; the answer then allows it."""
    if not in_wechat():
        return ""
    g.foreign_script = ports.wechat.script
    return ports.wechat.script
