"""An explanation adds up: to the score, and to the log-odds of the confidence."""

import json

import pytest
from typer.testing import CliRunner

from retrieval.answer import Answerer
from retrieval.explaining import MOST, explain, explanation_json, explanation_tables
from retrieval.types import Features

QUESTION = "蓟州有多少家乡村民宿"


def test_contributions_add_up(answerer: Answerer) -> None:
    consulted = answerer.consult(QUESTION)
    ranking = consulted.ranking
    for one in explain(consulted.hits, ranking):
        assert sum(one.order) == pytest.approx(one.hit.score)
        odds = sum(one.confidence) + ranking.intercept
        assert one.probability == pytest.approx(ranking.calibration.probability(odds))


def test_every_feature_is_told_to_machines_and_those_that_count_to_people(
    answerer: Answerer,
) -> None:
    consulted = answerer.consult(QUESTION)
    told = explanation_json(consulted)
    assert len(told) == MOST
    assert set(told[0]["features"]) == set(Features._fields)
    assert json.loads(json.dumps(told)) == told
    tables = list(explanation_tables(consulted))
    assert len(tables) == MOST
    assert "the line of" in str(tables[0].caption)


def test_the_command_shows_it(monkeypatch: pytest.MonkeyPatch, answerer: Answerer) -> None:
    from retrieval import cli

    monkeypatch.setattr(Answerer, "load", classmethod(lambda _, settings: answerer))
    shown = CliRunner().invoke(cli.app, ["ask", QUESTION, "--explain"]).output
    assert "to the confidence" in shown
    assert "coverage" in shown
    found = json.loads(CliRunner().invoke(cli.app, ["ask", QUESTION, "--explain", "--json"]).output)
    assert found["explanation"][0]["features"]["coverage"]["value"] > 0.5
