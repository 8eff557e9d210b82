"""A weekly run of Sotto: one task, which Airflow may try again, because a run that was broken off is resumed."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG(
    dag_id="sotto_weekly",
    start_date=datetime(2026, 1, 5),
    schedule="0 3 * * 1",
    catchup=False,
    max_active_runs=1,  # a second submission of a run would take it over
) as dag:
    BashOperator(
        task_id="train",
        # {{ ds }} is the same at every try, so a retry resumes from the last checkpoint and is charged for what it repeats.
        bash_command=(
            "/opt/sotto/scripts/sotto --master spark://head:7077 train /etc/sotto/run.yaml"
            " --run-id {{ ds }} --output hdfs:///clinic/runs/{{ ds }}"
        ),
        retries=2,
        retry_delay=timedelta(minutes=5),
    )
