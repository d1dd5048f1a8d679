"""stub"""

from .replies import json_response


def answer(call):
    return json_response({})
